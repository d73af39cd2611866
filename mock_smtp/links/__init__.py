"""The links of a mail: found, and tried out where the inbox was told that it may."""
