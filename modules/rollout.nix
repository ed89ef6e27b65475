# The rollout of a fleet: a config with a schema of its own, which the commands of fleets print.
let
  inherit (builtins)
    concatMap
    intersectAttrs
    isString
    listToAttrs
    map
    match
    ;
  inherit (import ./arguments.nix) positionIn;

  rolloutSchema = (import ./schema).load ./rollout.schema.json { };
  evaluate = import ./evaluate.nix { inherit (rolloutSchema) schema; };

  # Nothing resolves references in a rollout, so that the help of the gate, which names one, would not help.
  servers = [
    "alertmanager"
    "prometheus"
  ];
  # The scheme and the rest of a URL around its user and password, or null.
  partsOf =
    table:
    if isString (table.url or null) then match "([a-z]+://)[^/?#]*@(.*)" table.url else null;

  withoutPasswords =
    result:
    let
      given = result.settings.rollout or { };
      withPassword = concatMap (name: if partsOf (given.${name} or { }) == null then [ ] else [ name ]) servers;
      problemOf = name: {
        kind = "module";
        path = "";
        at = result.origins."/rollout/${name}/url".set or [ ];
        message = "rollout.${name}.url has a user or a password";
        help = "remove it, and write the path of a file with a token in rollout.${name}.token_file: a rollout has no secrets";
      };
      urlOf = name: builtins.concatStringsSep "" (partsOf given.${name});
      replaced = listToAttrs (
        map (name: {
          inherit name;
          value = given.${name} // {
            url = urlOf name;
          };
        }) withPassword
      );
    in
    if withPassword == [ ] then
      result
    else
      result
      // {
        problems = result.problems ++ map problemOf withPassword;
        settings = result.settings // {
          rollout = given // replaced;
        };
      };
in
{
  /**
    The schema of rollout files.
  */
  inherit rolloutSchema;

  /**
    Evaluates the rollout among the arguments of a fleet, or returns null without one. It is taken from the arguments, so that
    the position of the option is that of the argument.

    # Type

    ```
    evaluateRollout :: { arguments :: AttrSet; root :: Path | String; specialArgs :: AttrSet; } -> Result | Null
    ```
  */
  evaluateRollout =
    {
      arguments,
      root,
      specialArgs,
    }:
    if arguments ? rollout then
      withoutPasswords (evaluate {
        modules = [ (intersectAttrs { rollout = null; } arguments) ];
        environment = "Production";
        inherit root specialArgs;
        modulesPosition = positionIn root "rollout" arguments;
      })
    else
      null;
}
