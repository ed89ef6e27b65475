# Fleets: a bundle for every node, in one derivation and built by one process.
{
  # The result of evaluate.nix.
  evaluation,
  # The schema as a request names it.
  schemaRequest ? {
    schema = null;
  },
}:
let
  inherit (builtins)
    addErrorContext
    all
    attrNames
    attrValues
    concatMap
    concatStringsSep
    deepSeq
    filter
    foldl'
    groupBy
    head
    isAttrs
    isList
    length
    mapAttrs
    match
    removeAttrs
    tail
    toJSON
    ;
  inherit (import ./derivation.nix) mkDerivation sourcesBelow;
  inherit (import ./arguments.nix)
    kinds
    libArgs
    listedAt
    placeOf
    positionIn
    problemOf
    schemaElsewhere
    withArguments
    ;
  inherit (import ./suggest.nix) question;
  inherit (import ./under.nix) after callUnless each;

  environments = import ./environments.nix;

  inherit (import ./rollout.nix) evaluateRollout rolloutSchema;

  fleetArguments = {
    required = {
      inherit (kinds) nodes;
      confgate = kinds.package;
    };
    optional = {
      inherit (kinds) format lib root;
      name = kinds.storeName;
      common = kinds.modules;
      tags = kinds.modulesByTag;
      rollout = kinds.attrs;
      specialArgs = kinds.attrs;
      accept = kinds.accepted;
      denyWarnings = kinds.bool;
    };
    elsewhere =
      name: _:
      {
        modules = "the modules of every node are `common`, those of one node `nodes.NAME.modules`";
        environment = "each node has its own, as in nodes.ams1.environment = \"production\";";
      }
      .${name} or (schemaElsewhere "mkFleet").${name} or null;
  };
  nodeArguments = {
    required = { inherit (kinds) environment; };
    optional = { inherit (kinds) modules tags; };
  };

  # Each node becomes a folder of its name.
  isNodeName = name: match "[a-zA-Z0-9][a-zA-Z0-9._-]*" name != null;

  repeatedTags =
    list:
    if list == [ ] || tail list == [ ] then
      [ ]
    else
      filter (tag: length (filter (other: other == tag) list) > 1) list;

  # The first mistake in the description of a node, or null.
  nodeProblem =
    { nodes, root, tags, ... }:
    name:
    let
      node = nodes.${name};
      isPlain =
        isNodeName name
        && isAttrs node
        && removeAttrs node [
          "environment"
          "modules"
          "tags"
        ] == { }
        && environments.isKnown (node.environment or null)
        && isList (node.modules or [ ])
        && isList (node.tags or [ ])
        && all (tag: tags ? ${tag}) (node.tags or [ ])
        && repeatedTags (node.tags or [ ]) == [ ];
      wrong = problemOf "the node `${name}`" nodeArguments root node;
      unknownTag = head (filter (tag: !(tags ? ${tag})) node.tags);
    in
    if isPlain then
      null
    else if !(isNodeName name) then
      "${placeOf root nodes name}the node `${name}` has an invalid name
use letters, digits, `.`, `_` and `-`, and begin with a letter or digit"
    else if wrong != null then
      (if isAttrs node && node != { } then "" else placeOf root nodes name) + wrong
    else if repeatedTags node.tags != [ ] then
      "${placeOf root node "tags"}the node `${name}` has the tag `${head (repeatedTags node.tags)}` twice
remove one of them: its modules would be loaded twice"
    else
      "${placeOf root node "tags"}the node `${name}` has the unknown tag `${unknownTag}`${question (attrNames tags) unknownTag}
add `tags.${unknownTag}` to the fleet, or write one of ${concatStringsSep ", " (attrNames tags)}";
in
rec {
  /**
    Builds the bundles of all nodes. One rejected node fails the build, and the log has the errors of
    each node under its name.

    The result is a derivation; its attribute `nodes` has the result of `evaluate` for each node.

    # Inputs

    `nodes`

    : For each node its environment, its own modules and its tags

    `confgate`

    : Package of the binary that builds and checks

    `name`

    : Name of the fleet

    `common`

    : Modules of every node

    `tags`

    : Modules of the nodes with a tag, by tag

    `rollout`

    : The rollout of a release: waves, bake time, limits and alarms, by the schema of rollout files. The fleet has it as
      `rollout.toml`, which `confgate rollout start` reads

    `lib`

    : The `lib` of the modules, such as that of nixpkgs, in place of Confgate's own

    `specialArgs`

    : Further arguments of the modules, beside `node.name` and `node.tags`

    `root`

    : The folder below which messages name files relatively

    `format`

    : `"toml"`, `"json"` or `"yaml"`

    `accept`

    : Known warnings of every node, as `RULE` or `RULE:FIELD`

    `denyWarnings`

    : Whether other warnings fail the build

    # Type

    ```
    mkFleet :: {
      nodes :: {
        String :: {
          environment :: String;
          modules :: [ Module ] ? [ ];
          tags :: [ String ] ? [ ];
        };
      };
      confgate :: Derivation;
      name :: String ? "fleet";
      common :: [ Module ] ? [ ];
      tags :: { String :: [ Module ]; } ? { };
      rollout :: AttrSet ? (none);
      lib :: AttrSet ? (Confgate's own);
      specialArgs :: AttrSet ? { };
      root :: Path | String ? "";
      format :: String ? "toml";
      accept :: [ String ] ? [ ];
      denyWarnings :: Bool ? false;
    } -> Derivation
    ```

    # Example

    ```nix
    mkFleet {
      common = [ ./production.nix ];
      tags.europe = [ ./regions/europe.nix ];
      nodes.ams1 = {
        environment = "Production";
        tags = [ "europe" ];
      };
      rollout = {
        waves = [ "canary" "50%" "100%" ];
        bake = "10m";
      };
      root = ./.;
      confgate = pkgs.confgate;
    }
    ```
  */
  mkFleet = mkFleetFor "mkFleet";

  /**
    Returns `mkFleet` for a function or a module that calls it for its user: messages about arguments name `subject` in its place.

    # Type

    ```
    mkFleetFor :: String -> AttrSet -> Derivation
    ```
  */
  mkFleetFor = subject: withArguments subject fleetArguments (
    arguments:
    let
      given = {
        name = "fleet";
        common = [ ];
        tags = { };
        specialArgs = { };
        root = "";
        format = "toml";
        accept = [ ];
        denyWarnings = false;
      }
      // arguments;
      inherit (given)
        accept
        common
        confgate
        denyWarnings
        format
        name
        nodes
        root
        ;
      nodeNames = attrNames nodes;
      nodeProblems = filter (problem: problem != null) (map (nodeProblem given) nodeNames);

      specialArgs = libArgs given // given.specialArgs;

      # Nodes of one environment with the same tags have the same modules before their own.
      kindOf =
        {
          environment,
          tags ? [ ],
          ...
        }:
        toJSON ([ (environments.parse environment) ] ++ tags);
      kindByNode = mapAttrs (_: kindOf) nodes;
      kinds = groupBy (name: kindByNode.${name}) nodeNames;
      modulesOf = tags: common ++ concatMap (tag: given.tags.${tag}) tags;
      bases = mapAttrs (
        _: names:
        let
          node = nodes.${head names};
        in
        # Few nodes share too little to pay for it.
        if length names < 6 then
          null
        else
          evaluation.prepare {
            inherit root specialArgs;
            modules = modulesOf (node.tags or [ ]);
            environment = environments.parse node.environment;
            ownArgs = [ "node" ];
            modulesPosition = positionIn root "common" arguments;
          }
      ) kinds;

      evaluated = mapAttrs (
        node:
        {
          environment,
          modules ? [ ],
          tags ? [ ],
        }@own:
        let
          canonical = environments.parse environment;
          kind = kindByNode.${node};
          prepared = bases.${kind};
          base = if prepared == null || prepared.shared == null then null else prepared;
        in
        {
          inherit kind;
          environment = canonical;
          result = evaluation {
            inherit base;
            modules = if base == null then modulesOf tags ++ modules else modules;
            environment = canonical;
            specialArgs = specialArgs // {
              node = {
                name = node;
                inherit tags;
              };
            };
            inherit root;
            modulesPosition = positionIn root (if own ? modules then "modules" else "environment") own;
          };
        }
      ) nodes;

      rollout = evaluateRollout { inherit arguments root specialArgs; };
      rolloutRequest =
        if rollout == null then
          { }
        else
          {
            rollout = {
              schema = rolloutSchema.inStore;
              order = {
                name = "rollout";
                environment = "Production";
                format = "toml";
                inherit (rollout) settings origins problems;
              };
            };
          };

      files = attrNames (
        foldl' (all: result: all // result.fileSet) { } (
          map ({ result, ... }: result) (attrValues evaluated) ++ (if rollout == null then [ ] else [ rollout ])
        )
      );

      orderOf =
        node:
        let
          inherit (evaluated.${node}) environment kind result;
          inherit (result) overShared;
        in
        {
          name = node;
          inherit environment format;
          inherit (result) settings problems;
          origins = if overShared == null then result.origins else overShared.origins;
          ${if overShared == null then null else "shared"} = {
            name = kind;
            inherit (overShared) without;
          };
        };
      # Sorted behind the orders, so that mistakes of nodes are found there.
      sharedOrigins = mapAttrs (kind: _: bases.${kind}.origins) (
        groupBy (order: order.shared.name) (filter (order: order ? shared) orders)
      );
      orders = map (node: addErrorContext "while evaluating the node `${node}`" (orderOf node)) nodeNames;

      # Only an evaluation that throws looks for the node.
      search =
        blame:
        after (each (_: searchNode blame) nodeNames) (if rollout == null then null else rollout.search blame);
      searchNode =
        blame: node:
        let
          sentence = "${placeOf root nodes node}the node `${node}` cannot be evaluated";
          inNode = suffixed ", in the node `${node}`" blame;
        in
        after (evaluated.${node}.result.search inNode) (blame sentence (deepSeq (orderOf node) null));
      suffixed = suffix: blame: {
        __functor = _: sentence: blame (sentence + suffix);
        attribute = sentence: blame.attribute (sentence + suffix);
      };

      built =
        mkDerivation {
          inherit name confgate;
          command = "fleet";
          request = {
            inherit orders sharedOrigins;
            sources = sourcesBelow root files;
            inherit accept denyWarnings;
          }
          // schemaRequest
          // rolloutRequest;
          evaluating = {
            subject = "the fleet `${name}`";
            first = "it has ${toString (length nodeNames)} nodes";
            second = "its common modules are listed ${listedAt root "common" arguments}";
            inherit search;
          };
        }
        // {
          nodes = mapAttrs (_: { result, ... }: result) evaluated;
        };
    in
    callUnless
      {
        subject = "the nodes of the fleet `${name}`";
        first = "they are ${concatStringsSep ", " nodeNames}";
        second = "docs/nix.md of Confgate describes fleets";
        search =
          blame:
          each (
            _: name:
            let
              sentence = "${placeOf root nodes name}the node `${name}` cannot be evaluated";
            in
            after (blame.attribute sentence nodes.${name}) (blame sentence (nodeProblem given name))
          ) nodeNames;
      }
      (if nodeProblems == [ ] then null else head nodeProblems)
      (_: built)
      null
  );
}
