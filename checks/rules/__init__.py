"""The rules, one module an indicator; every module in this folder is found by itself."""
