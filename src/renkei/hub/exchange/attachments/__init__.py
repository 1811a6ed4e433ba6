"""Files that people attach: brought in by chunks, looked into, then sent with a unit or alone, to one or several.

`rules` counts chunks; `uploads` takes them in; `stream` reads them as one file; `looking` asks `renkei.attachments`;
`crowding` bounds how many at once; `completing` makes them one body.
"""
