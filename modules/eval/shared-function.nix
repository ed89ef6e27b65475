# Functions among the modules that the configurations of a fleet share.
{
  argsOf,
  attemptIn,
  # Calls the function in an environment.
  call,
  configOf,
  constant,
  function,
  makeRecord,
  # The record in an environment, by its own call.
  ofEnvironment,
  shared,
}:
let
  inherit (builtins)
    all
    attrNames
    intersectAttrs
    isAttrs
    isFunction
    listToAttrs
    match
    removeAttrs
    toXML
    ;

  # Tells whether the function can read no argument that its pattern does not name. toXML writes the name
  # of an @-pattern.
  readsOnlyFormals = isFunction function && match ".*<(attrspat[^>]* name|varpat).*" (toXML function) == null;

  isFixed =
    readsOnlyFormals && all (name: shared.args ? ${name} || name == "config") (attrNames (argsOf function));
  attempt = attemptIn shared { };
in
/**
  Returns the record of the function in an environment. All environments share one record where they can;
  of a function that reads `config`, they share the sections that do not depend on it.

  # Type

  ```
  sharedFunction :: String -> String -> Environment -> Record
  ```
*/
file: key:
let
  # Without other arguments, only definitions that read `config` differ between environments.
  fixed = makeRecord file key [ ] attempt.value attempt.value;
  configIn = env: configOf (call env);
  sharedNames = import ./fixed-sections.nix fixed.config (
    configIn (
      shared
      // {
        args = shared.args // {
          config = shared.defaults;
        };
      }
    )
  );
  sharedConfig = intersectAttrs (listToAttrs (
    map (name: {
      inherit name;
      value = null;
    }) sharedNames
  )) fixed.config;
in
if isFixed && !(argsOf function ? config) then
  constant (ofEnvironment shared)
else if isFixed && attempt.success && isAttrs attempt.value then
  env:
  let
    config = configIn env;
  in
  fixed
  // {
    inherit config;
    isShared = true;
    sharedConfig = if sharedNames == [ ] then { } else sharedConfig;
    ownConfig = if sharedNames == [ ] then config else removeAttrs config sharedNames;
  }
else
  ofEnvironment
