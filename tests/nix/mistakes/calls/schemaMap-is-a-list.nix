{ confgate, gate }:
gate.forSchema {
  schemaFile = ../../../../modules/schema.json;
  schemaMap = [ ../files ];
}
