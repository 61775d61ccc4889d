#!/usr/bin/env python3
"""Makes the tree that the COPY cases read: the same files with the same content every time.

    tree.py DIRECTORY [DIRECTORIES]

100 files in each of DIRECTORIES (420 if not given) directories on two levels. Sizes are exponentially
distributed around 13.8 kB, as source trees have them; contents are random and do not compress.
"""

import os
import random
import sys

FILES_IN_A_DIRECTORY = 100
MEAN_SIZE = 13800
SEED = 5


def make_tree(top: str, directories: int) -> None:
    generator = random.Random(SEED)
    for number in range(directories):
        directory = f"{top}/d{number % 20}/e{number}"
        os.makedirs(directory)
        for file in range(FILES_IN_A_DIRECTORY):
            with open(f"{directory}/f{file}", "wb") as out:
                out.write(generator.randbytes(int(generator.expovariate(1 / MEAN_SIZE))))


if __name__ == "__main__":
    make_tree(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 420)
