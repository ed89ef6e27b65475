# The search for the mistake of an evaluation that throws: its modules once more, with arguments that explain
# how they are used.
{
  args,
  base,
  collectWith,
  evaluation,
  fileName,
  load,
  modules,
  modulesPosition,
  options,
  secret,
  specialArgs,
}:
let
  listed = {
    inherit modules;
    at = modulesPosition;
  };
  explainedArgs =
    args
    // {
      lib = import ./lib/explained.nix;
      secret = {
        __functor = _: secret;
        __toString =
          _:
          import ./fail.nix "`secret` is a function, and stands in a string
write the name of the secret behind it, as in secret \"DB_PASSWORD\"";
      };
    }
    // specialArgs;
  explained = collectWith explainedArgs (
    if base == null then load else environment: base.loadAlone environment ++ load environment
  );
in
import ./culprit.nix {
  inherit (evaluation) attrPosition;
  inherit (explained) definitions;
  inherit fileName options;
  args = explainedArgs;
  moduleArgs = explained.args;
  lists = if base == null then [ listed ] else [ base.listed listed ];
}
