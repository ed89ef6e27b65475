{ confgate, gate }:
gate.forSchema {
  schema = ../files/schema.json;
}
