# Evaluation of modules over an option tree, with the semantics of nixpkgs' lib/modules.nix. A function
# with a counterpart there has its name, and a file is named after its function. dischargeProperties,
# filterOverrides and sortProperties are the steps of merge-definitions.nix.
#
# Evaluating a place gives a result:
#
#   config    its value, as modules read it
#   setting   { name, value } for the settings; absent without definitions, or with a problem
#   origins   pairs of a JSON Pointer and { set, overridden }
#   problems  problems of the place
#
# If `setting`, `origins` and `problems` depend on places below, they are in `summary`, so that
# reading `config` does not evaluate them. Everything is lazy: reading a field evaluates that field.
#
# The functions for a place take
#
#   opt       the node of the option tree
#   prefix    the JSON Pointer of the list element or map value around it, "" without one
#   name      the attribute name of the setting
#   origin    the origin of the whole value
#   defs      the definitions
#
# Sections, tables, options and lists contain each other. No file imports another one for that: each
# is given the functions that it calls, and is imported once, because an import takes time even when
# Nix has the file in its cache.
let
  inherit (builtins) any;
  inherit (import ../json-pointer.nix) escapeSegment;
  positions = import ./positions.nix;
  values = import ./values.nix;
  merging = import ./merge-definitions.nix { inherit (positions) filePosition; };
  properties = import ./push-down-properties.nix { inherit (merging) isPriority; };
  definitions = import ./definitions.nix {
    inherit (positions) attrPosition;
    inherit (merging) dischargeProperties;
  };
  problems = import ./problems.nix {
    inherit (values) checkValue;
    inherit (merging) isPriority;
    inherit (properties) propertyName;
  };

  # Few definitions have problems, and their file is not read for the others.
  invalidProperties =
    path: defs: if any properties.hasInvalidProperty defs then problems.invalidProperties path defs else [ ];

  mergeEqualOption = import ./merge-equal-option.nix {
    inherit (values) checkValue;
    inherit (problems) conflict invalidValues;
  };

  mergeList = import ./merge-list.nix {
    inherit evalOptionValue;
    inherit (merging) dischargeProperties;
    inherit (values) needsCheck;
    inherit (problems) nullInList;
  };

  evalSingleDefinitions = import ./single-definitions.nix {
    inherit (positions) attrPosition;
    inherit (values) checkValue needsCheck;
    inherit (definitions) firstWith;
  };

  unmatched = import ./unmatched-definitions.nix {
    inherit escapeSegment evalOptionValue;
    inherit (positions) attrPosition;
    inherit (definitions) activeDefinitionsOf definitionsOf mergeSets;
    inherit (properties) pushDownProperties;
    inherit (values) isTable;
    inherit (import ./module-words.nix) moduleWord similarWord;
    inherit (problems) notATable unknownKey;
  };

  moduleArgs = import ./module-args.nix {
    inherit (definitions)
      activeDefinitionsOf
      definitionsOf
      innerDefinition
      mergeSets
      ;
    inherit (merging) dischargeProperties filterOverrides;
    inherit (properties) pushDownProperties;
    inherit (values) isTable;
  };

  mergeTable = import ./merge-table.nix {
    inherit evalOptionValue evalSection evalSingleDefinitions;
    inherit (definitions)
      activeDefinitionsOf
      definitionsOf
      mergeActiveSets
      mergeSets
      ;
    inherit (problems) fromItself;
    inherit (unmatched) evalFreeform unknownKeys;
  };

  evalOptionValue = import ./eval-option-value.nix {
    inherit mergeEqualOption mergeList mergeTable;
    inherit (merging) filterOverrides sortProperties;
    inherit (definitions) innerDefinition;
    inherit (properties) isProperty pushDownProperties;
    inherit (values) isTable needsCheck;
    inherit invalidProperties;
    inherit (problems) invalidProperty;
  };

  evalSection = import ./eval-section.nix {
    inherit mergeTable;
    inherit (definitions) emptySection;
    inherit (properties) pushDownProperties;
    inherit (values) isBareTable isTable;
    inherit invalidProperties;
    inherit (problems) notAModule notATable;
  };

  sharedSection = import ./shared-table.nix {
    inherit evalOptionValue evalSection;
    inherit (values) isBareTable;
    inherit (definitions)
      activeDefinitionsOf
      definitionsOf
      emptySection
      mergeSets
      ;
  };

  overlaySection = import ./overlay-section.nix {
    inherit evalOptionValue evalSection evalSingleDefinitions;
    inherit (values) isBareTable;
    inherit (definitions)
      activeDefinitionsOf
      definitionsOf
      emptySection
      mergeSets
      ;
  };
in
{
  inherit (positions)
    attrPosition
    besideLibraries
    fileNameBelow
    modulePosition
    sourceFiles
    ;
  inherit (problems) withoutRepeats;

  loadModules = import ./load-modules.nix {
    inherit (positions) modulePosition;
    inherit (problems) invalidModule;
  };

  collectModules = import ./collect-modules.nix {
    inherit moduleArgs;
    inherit (positions) besideLibraries moduleFile;
    inherit (definitions) rootContext;
  };

  shareModules = import ./share-modules.nix {
    inherit (positions) moduleFile;
    inherit (definitions) rootContext;
  };

  optionTree = import ./option-tree.nix { inherit escapeSegment; };

  /**
    Merges the definitions of all modules over an option tree.

    # Type

    ```
    mergeModules :: OptionNode -> [ Definition ] -> Result
    ```
  */
  mergeModules = options: evalSection options "";

  /**
    Merges the definitions of the modules that several configurations share.

    # Type

    ```
    mergeShared :: OptionNode -> [ Definition ] -> SharedResult
    ```
  */
  mergeShared = options: sharedSection options "";

  /**
    Merges the definitions of the modules of one configuration over shared ones.

    # Type

    ```
    mergeOverShared :: OptionNode -> SharedResult -> [ Definition ] -> Result
    ```
  */
  mergeOverShared = options: overlaySection options "";
}
