"""What leaves the house: bulletins, score sheets, rectification notices, workbooks and charts."""
