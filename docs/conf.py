"""How the documentation is built."""

from qixi import __version__

project = "Qixi"
author = "The Qixi authors"
project_copyright = "The Qixi authors"
release = version = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"Qixi {__version__}"
html_show_copyright = False
html_copy_source = False
