"""Speed against peers and accuracy against truth. `python -m benchmarks` lists what can be measured."""
