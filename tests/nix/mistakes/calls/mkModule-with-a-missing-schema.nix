{ confgate, gate }:
gate.mkModule {
  name = "clock";
  schemaFile = ../files/schema.json;
}
