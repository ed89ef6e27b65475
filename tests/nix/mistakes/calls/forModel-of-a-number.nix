{ confgate, gate }:
gate.forModel 5
