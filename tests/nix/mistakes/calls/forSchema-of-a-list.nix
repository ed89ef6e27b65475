{ confgate, gate }:
gate.forSchema {
  schemaFile = ../files/list.json;
}
