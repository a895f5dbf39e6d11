"""Name, version, dependencies and commands of the package."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(
    r'^__version__ = "(.+)"$',
    (HERE / "code" / "squad_reader" / "__init__.py").read_text(encoding="utf-8"),
    re.MULTILINE,
).group(1)

# To answer questions; docker/pin.py and scripts/install read these lists too.
ANSWER = [
    "nltk>=3.8",  # stems of words; the tokenizer's tests compare with it
    "numpy>=1.26",
    "onnxruntime>=1.17",  # the first one with files for Python 3.12
    "rank-bm25>=0.2.2",  # which parts of a long text fit a question
    "regex>=2021.8.3",  # where a letter of several characters ends
    "rich>=14.3",  # older ones count letters of several code points twice
    "tqdm>=4.60",
]
# To train, and to answer with TensorFlow.
TRAIN = [
    "tensorflow-cpu>=2.21,<2.22; sys_platform != 'darwin'",
    "tensorflow>=2.21,<2.22; sys_platform == 'darwin'",  # there is no tensorflow-cpu for macOS
    "keras>=3.12",
    "onnx>=1.16",  # writes the graphs that answer without TensorFlow
    "setuptools",  # TensorFlow 2.21 imports it
    "tensorboard>=2.20",
]
SERVE = ["fastapi>=0.115", "uvicorn>=0.30"]
REPORT = ["jinja2>=3.1", "matplotlib>=3.8", "scipy>=1.11"]
TEST = [
    *SERVE,
    *REPORT,
    "axe-playwright-python==0.1.8",  # brings axe-core as a file; a newer one may have more rules
    "hypothesis>=6.100",
    "ipykernel>=6",  # runs docs/tutorial.ipynb, as nbclient tells it to
    "nbclient>=0.8",
    "httpx2",  # with it Starlette tests the service
    "jax>=0.6",  # the model runs on it too
    "mypy>=1.10",
    "playwright>=1.49",  # drives Chromium, which is not part of it; the page is tested in it
    "pytest>=8",
    "pytest-timeout>=2.3",
    "pytest-xdist>=3.5",  # a file of tests on each core
    "ruff>=0.6",
    "schemathesis>=4.0",  # asks the service all that its description allows, and more
]

setup(
    name="squad-reader",
    version=VERSION,
    description="Reading comprehension on SQuAD v1.1 with TensorFlow and Keras 3",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    # The code; what the shipped reader learned from SQuAD; GloVe's vectors.
    license="MIT AND CC-BY-SA-4.0 AND PDDL-1.0",
    python_requires=">=3.10,<3.14",
    package_dir={"": "code"},
    packages=find_packages("code", include=["squad_reader*"]),
    package_data={
        "squad_reader": ["shipped/*"],
        "squad_reader.report": ["page/*"],
        "squad_reader.serve": ["page/*"],
    },
    install_requires=[*ANSWER, *TRAIN],
    extras_require={
        # Both distributions put the same files in place, and the one installed last wins: see
        # "GPU" in README.md for the order that is safe.
        "gpu": ["tensorflow[and-cuda]>=2.21,<2.22"],
        "plots": ["matplotlib>=3.8"],
        "report": REPORT,
        "serve": SERVE,
        "test": TEST,
    },
    entry_points={
        "console_scripts": [
            "squad-reader=squad_reader.command:main",
            "squad-evaluate=squad_reader.score.evaluation:main",
        ]
    },
    classifiers=[
        "Intended Audience :: Education",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
