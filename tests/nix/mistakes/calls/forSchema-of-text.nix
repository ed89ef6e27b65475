{ confgate, gate }:
gate.forSchema {
  schemaFile = "{ \"type\": \"object\" }";
}
