"""Our figures beside other people's tools, in interleaved runs over the same pages."""
