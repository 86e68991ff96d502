"""Charts drawn by the server as SVG, twice for the screen (wide and narrow), once for the PDF.

Every chart has a name for those who do not see it, and stands beside a table or a text with the same data.
"""

from carbonfoot.ui.charts.analysis import Mark, Swing, curve, histogram, tornado
from carbonfoot.ui.charts.bars import Bar, Step, bars, countdown, waterfall
from carbonfoot.ui.charts.spread import Binned, Dist, distribution, position
from carbonfoot.ui.charts.stage import STAGES, Stage, legend, share_bar, stage_bar, stage_key
from carbonfoot.ui.charts.tables import Row, coverage, coverage_cell, table
from carbonfoot.ui.charts.tree import Node, contribution_tree

__all__ = [
    "STAGES",
    "Bar",
    "Binned",
    "Dist",
    "Mark",
    "Node",
    "Row",
    "Stage",
    "Step",
    "Swing",
    "bars",
    "contribution_tree",
    "countdown",
    "coverage",
    "coverage_cell",
    "curve",
    "distribution",
    "histogram",
    "legend",
    "position",
    "share_bar",
    "stage_bar",
    "stage_key",
    "table",
    "tornado",
    "waterfall",
]
