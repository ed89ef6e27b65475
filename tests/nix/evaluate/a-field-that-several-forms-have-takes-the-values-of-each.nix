let
  inherit (import ../../../modules/schema/forms.nix) fieldsOf requiredOf;
  form = kind: limit: options: {
    type = "object";
    required = [
      "kind"
      options
    ];
    properties = {
      kind = {
        const = kind;
        description = "The ${kind} form";
      };
      inherit limit;
      shared.type = "string";
      ${options} = {
        type = "object";
        properties.${kind}.type = "string";
      };
      settings = {
        type = "object";
        properties.${kind}.type = "string";
      };
    };
  };
  schema = {
    properties.shared.description = "Of both";
    required = [ "name" ];
    oneOf = [
      (form "a" { type = "integer"; } "x")
      (form "b" {
        type = "string";
        x-secret = true;
      } "y")
      { type = "null"; }
    ];
  };
  evaluate = import ../../../modules/evaluate.nix {
    schema = {
      type = "object";
      properties.place = schema;
    };
  };
  problemsOf =
    module:
    (evaluate {
      modules = [ module ];
      environment = "Production";
    }).problems;
in
{ ... }:
{
  actual = {
    inherit (fieldsOf schema) kind limit shared;
    required = requiredOf schema;
    problems = map (name: problemsOf { place.settings.${name} = "value"; }) [
      "a"
      "b"
    ];
  };
  expected = {
    kind = {
      enum = [
        "a"
        "b"
      ];
      description = "The a form\n\nThe b form";
    };
    limit = {
      anyOf = [
        { type = "integer"; }
        {
          type = "string";
          x-secret = true;
        }
      ];
      x-secret = true;
    };
    shared.type = "string";
    required = [
      "name"
      "kind"
    ];
    problems = [
      [ ]
      [ ]
    ];
  };
}
