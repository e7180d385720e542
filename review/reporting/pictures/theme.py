"""How every picture looks: colours, shapes and type that stay readable in print, grey and small.

Colours are those of Okabe and Ito (jfly.uni-koeln.de/color, 2008), told apart by colour-blind
eyes; no meaning rests on colour alone, a shape or a place says the same.
"""

from typing import Any

INK, GREY, PALE, PAPER = "#1a1a1a", "#595959", "#d9d9d9", "#ffffff"
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#000000"

# in an order in which neighbours differ in lightness too
SERIES = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, YELLOW, BLACK)
SHAPES = ("circle", "diamond", "square", "triangle-up", "cross", "triangle-down", "stroke", "wedge")

UP, DOWN = "triangle-up", "triangle-down"
# shapes in Vega's unit square, drawn here because it has no such sign
SIDEWAYS = "M-1.6,0L-0.2,-1.05L-0.2,1.05ZM1.6,0L0.2,-1.05L0.2,1.05Z"
DASH = "M-1.2,-0.3L1.2,-0.3L1.2,0.3L-1.2,0.3Z"
RING = "M0,-0.9A0.9,0.9,0,1,1,-0.01,-0.9ZM0,-0.5A0.5,0.5,0,1,0,0.01,-0.5Z"

# Liberation Sans comes with the renderer and is as wide as Arial, so a file looks the same anywhere
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def config() -> dict[str, Any]:
    """The configuration of a Vega-Lite chart."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": INK}
    return {
        "font": FONT,
        "background": PAPER,
        "padding": 12,
        "view": {"stroke": "#bfbfbf", "continuousWidth": 640, "continuousHeight": 320},
        "title": {
            "font": FONT,
            "fontSize": 15,
            "fontWeight": "bold",
            "color": INK,
            "anchor": "start",
            "frame": "group",
            "offset": 12,
            "subtitleFont": FONT,
            "subtitleFontSize": 12,
            "subtitleColor": GREY,
        },
        "axis": {
            **text,
            "labelFontSize": 11,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "gridColor": "#e3e3e3",
            "domainColor": "#8c8c8c",
            "tickColor": "#8c8c8c",
            "labelLimit": 230,
            "labelOverlap": False,
        },
        "legend": {
            **text,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "labelLimit": 300,
            "orient": "top",
            "symbolStrokeWidth": 1,
        },
        "header": {**text, "labelFontSize": 12, "titleFontSize": 12},
        "text": {"font": FONT, "color": INK, "fontSize": 11},
        "range": {"category": list(SERIES), "symbol": list(SHAPES)},
    }
