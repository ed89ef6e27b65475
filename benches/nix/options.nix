# The bundled model as options of nixpkgs' module system, with the types that a NixOS module would use.
{
  lib,
  schema,
  environment,
}:
let
  inherit (builtins)
    elem
    filter
    head
    isList
    mapAttrs
    ;
  inherit (lib) mkOption types;

  typesOf = schema: if isList (schema.type or null) then schema.type else [ (schema.type or "any") ];
  branches = schema: schema.oneOf or schema.anyOf or [ ];

  bare =
    schema:
    let
      name = head (filter (type: type != "null") (typesOf schema));
    in
    if branches schema != [ ] then
      types.oneOf (map typeOf (filter (branch: typesOf branch != [ "null" ]) (branches schema)))
    else if schema ? enum then
      types.enum schema.enum
    else if schema ? const then
      types.enum [ schema.const ]
    else if schema ? properties then
      types.submodule { options = mapAttrs (_: optionOf) schema.properties; }
    else
      {
        string = types.str;
        boolean = types.bool;
        number = types.number;
        integer =
          if schema ? minimum && schema ? maximum then
            types.ints.between schema.minimum schema.maximum
          else
            types.int;
        array = types.listOf (typeOf (schema.items or { }));
        object = types.attrsOf (typeOf (schema.additionalProperties or { }));
        any = types.anything;
      }
      .${name};

  typeOf =
    schema:
    if schema.x-optional or false || elem "null" (typesOf schema) then
      types.nullOr (bare schema)
    else
      bare schema;

  optionOf =
    schema:
    mkOption (
      {
        type = typeOf schema;
      }
      // (
        if schema ? x-defaults && schema.x-defaults ? ${environment} then
          { default = schema.x-defaults.${environment}; }
        else if schema ? default then
          { inherit (schema) default; }
        else if schema.x-optional or false || !(schema ? type) then
          { default = null; }
        else
          { }
      )
    );

  tree =
    schema:
    if schema ? properties && branches schema == [ ] && !(schema.x-optional or false) then
      mapAttrs (_: tree) schema.properties
    else
      optionOf schema;
in
tree schema
