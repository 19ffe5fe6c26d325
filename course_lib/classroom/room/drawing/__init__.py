"""What a room guessed, drawn on the server: SVG and tables without a style of their own.

All colours come from the page's style sheet, so that a picture reads on light and on dark.
"""
