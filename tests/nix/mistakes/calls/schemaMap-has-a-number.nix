{ confgate, gate }:
gate.forSchema {
  schemaFile = ../../../../modules/schema.json;
  schemaMap."https://example.net/schemas/" = 5;
}
