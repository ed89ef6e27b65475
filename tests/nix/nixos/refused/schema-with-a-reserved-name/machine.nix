{
  imports = [
    ((import ../../../../../modules { }).mkModule {
      name = "knot";
      schemaFile = builtins.toFile "schema.json" ''{ "type": "object", "properties": { "imports": { "type": "string" } } }'';
    })
  ];
}
