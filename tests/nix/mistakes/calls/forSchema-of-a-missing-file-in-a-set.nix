{ confgate, gate }:
gate.forSchema {
  schemaFile = ../files/schema.json;
}
