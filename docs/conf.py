# SPDX-License-Identifier: Apache-2.0
"""The documentation as a site; `scripts/docs` builds it, without a network."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

from pydantic import BaseModel

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))

project = "sheltermap"
author = "The sheltermap authors"
project_copyright = author
version = release = version_of("sheltermap")
language = "en"

extensions = [
    "breathe",
    "links_out",
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "within_reach",
]
# .rst is the first: autosummary writes its pages in reStructuredText, whatever the ending of the first is.
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["extensions", "templates"]
myst_enable_extensions = ["colon_fence", "deflist"]
copybutton_prompt_text = "$ "
myst_heading_anchors = 4

nb_execution_mode = "off"  # scripts/docs runs the notebooks before, as the tests do
nb_merge_streams = True

autosummary_generate = True
autosummary_context = {"of_others": {*dir(BaseModel), *dir(Exception)}}  # methods that other packages explain
autodoc_typehints = "none"  # numpydoc's sections say the types in words
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
templates_path = ["templates"]

breathe_projects = {"sheltermap": str(HERE.parent / "doxygen" / "xml")}  # beside the copy that the site is made from
breathe_default_project = "sheltermap"
# Every page of a header tells that it is in the namespace `sheltermap`; examples in TOML leave out the rest by "…".
suppress_warnings = ["duplicate_declaration.cpp", "misc.highlighting_failure"]

html_theme = "furo"
html_title = f"sheltermap {release}"
html_show_sphinx = False
html_copy_source = False
html_show_search_summary = False  # from a disk the browser may not read the pages found
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": True}
