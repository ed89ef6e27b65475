{ confgate, gate }:
gate.forSchema {
  schemaFile = "schema.json";
}
