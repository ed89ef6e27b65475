{ compose, ... }:
{
  actual =
    let
      e = import ../../../modules/evaluate.nix {
        schema = {
          type = "object";
          additionalProperties = false;
          properties.config = {
            type = "string";
          };
        };
      };
    in
    (e {
      environment = "Testing";
      modules = [ { config = "a"; } ];
    }).settings;
  expected = {
    config = "a";
  };
}
