# Evaluation of modules over an option tree, with the semantics of nixpkgs' lib/modules.nix.
#
#   collect-modules.nix         collectModules: imports, functions and the syntax of a module
#   option-tree.nix             optionTree: the options that a schema declares
#   eval-section.nix            evalSection: a set of options
#   merge-table.nix             mergeTable: declared and further names of a table
#   single-definitions.nix      evalSingleDefinitions: the fast path for most options
#   unmatched-definitions.nix   evalFreeform, unknownKeys: names that are not declared
#   eval-option-value.nix       evalOptionValue: one option
#   merge-list.nix              mergeList
#   merge-equal-option.nix      mergeEqualOption
#   push-down-properties.nix    pushDownProperties: mkIf and others around a section
#   merge-definitions.nix       dischargeProperties, filterOverrides, sortProperties
#   definitions.nix             definitions and their contexts
#   positions.nix               file, line and column
#   values.nix                  values that JSON and TOML can carry
#   problems.nix                problems found while evaluating
#
# Evaluating a place gives a result:
#
#   config    its value, as modules read it
#   setting   { name, value } for the settings; absent when nothing is defined or the value has a problem
#   origins   pairs of a JSON Pointer and { set, overridden }
#   problems  problems of the place
#
# If `setting`, `origins` and `problems` depend on places below, they are in `summary`, so that
# reading `config` does not evaluate them. Everything is lazy: reading a field evaluates that field.
#
# Sections, tables, options and lists contain each other. No file imports another one for that: each
# is given the functions that it calls. Each file is imported once, because an import takes time even
# when Nix has the file in its cache.
let
  inherit (import ../json-pointer.nix) escapeSegment;
  positions = import ./positions.nix;
  values = import ./values.nix;
  merging = import ./merge-definitions.nix;
  properties = import ./push-down-properties.nix;

  inherit (positions)
    attrPosition
    moduleFile
    modulePosition
    ;
  inherit (values) checkValue isTable needsCheck;
  inherit (merging) dischargeProperties filterOverrides sortProperties;
  inherit (properties) isProperty propertyName pushDownProperties;

  definitions = import ./definitions.nix { inherit attrPosition dischargeProperties; };
  inherit (definitions)
    activeDefinitionsOf
    definitionsOf
    firstWith
    innerDefinition
    mergeActiveSets
    mergeSets
    rootContext
    ;

  problems = import ./problems.nix { inherit checkValue; };
  inherit (problems)
    conflict
    invalidValues
    misplacedProperty
    nullInList
    unknownKey
    ;

  mergeEqualOption = import ./merge-equal-option.nix { inherit checkValue conflict invalidValues; };

  evalSingleDefinitions = import ./single-definitions.nix {
    inherit
      attrPosition
      checkValue
      firstWith
      needsCheck
      ;
  };

  mergeList = import ./merge-list.nix {
    inherit
      dischargeProperties
      evalOptionValue
      needsCheck
      nullInList
      ;
  };

  unmatched = import ./unmatched-definitions.nix {
    inherit
      activeDefinitionsOf
      attrPosition
      escapeSegment
      evalOptionValue
      unknownKey
      ;
  };

  mergeTable = import ./merge-table.nix {
    inherit
      activeDefinitionsOf
      definitionsOf
      evalOptionValue
      evalSection
      evalSingleDefinitions
      mergeActiveSets
      mergeSets
      ;
    inherit (unmatched) evalFreeform unknownKeys;
  };

  evalOptionValue = import ./eval-option-value.nix {
    inherit
      filterOverrides
      innerDefinition
      isProperty
      isTable
      mergeEqualOption
      mergeList
      mergeTable
      misplacedProperty
      needsCheck
      propertyName
      pushDownProperties
      sortProperties
      ;
  };

  evalSection = import ./eval-section.nix {
    inherit
      conflict
      evalOptionValue
      isTable
      mergeTable
      misplacedProperty
      pushDownProperties
      ;
  };
in
{
  inherit (positions) fileNameBelow sourceFiles;

  collectModules = import ./collect-modules.nix { inherit moduleFile modulePosition rootContext; };

  optionTree = import ./option-tree.nix { inherit escapeSegment; };

  /**
    Merges the definitions of all modules over an option tree.

    # Type

    ```
    mergeModules :: OptionNode -> [ Definition ] -> Result
    ```
  */
  mergeModules = options: evalSection options "";
}
