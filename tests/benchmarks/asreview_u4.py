"""Screens by ASReview's default model; run by the Python of its own environment, never by ours.

The file named holds title, abstract, labels and the priors of each run; the answer on the last
line of standard output: the labels in the order met, priors left out, zeros to the end.
"""

import json
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
from asreview.learner import ActiveLearningCycle  # noqa: E402
from asreview.models.models import get_ai_config  # noqa: E402
from asreview.simulation.simulate import Simulate  # noqa: E402

given = json.loads(Path(sys.argv[1]).read_text())
frame = pd.DataFrame({"title": given["title"], "abstract": given["abstract"]})
labels = pd.Series(given["labels"])
runs, began = [], time.process_time()
for priors in given["priors"]:
    cycle = ActiveLearningCycle.from_meta(get_ai_config()["value"])
    simulation = Simulate(frame, labels, cycle, print_progress=False)
    simulation.label(priors)
    simulation.review()
    met = simulation._results["label"].tolist()[len(priors) :]
    runs.append([int(label) for label in met] + [0] * (len(labels) - len(priors) - len(met)))
print(json.dumps({"runs": runs, "cpu": time.process_time() - began}))
