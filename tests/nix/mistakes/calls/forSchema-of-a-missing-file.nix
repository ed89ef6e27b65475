{ confgate, gate }:
gate.forSchema ../files/schema.json
