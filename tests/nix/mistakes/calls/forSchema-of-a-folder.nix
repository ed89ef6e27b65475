{ confgate, gate }:
gate.forSchema {
  schemaFile = ../files;
}
