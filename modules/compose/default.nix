# Definitions and a plan in; out of them what a module reads as `config`, what was defined and won, where it was written, and
# what is wrong with it. Everything is lazy: reading a field asks for that field alone.
#
# A place yields a result. `config` is its value; where something is defined there are also `setting` ({ name, value }, left
# out when refused), `origins` (pairs of a pointer and where) and `problems`. Where these need a look below the place, they
# are under `summary`, so that reading `config` does not need them.
#
# Each of these files is one form that a place may have; they need each other, so each is given all of them, and the tools that
# they share with them. Nix takes its time for every `import`, also of what it has read before.
let
  tools = import ./definitions.nix // import ./values.nix // import ./weigh.nix;
  forms = tools // {
    marks = import ./marks.nix;
    peel = import ./peel.nix;
    problems = import ./problems.nix;
    table = import ./table.nix forms;
    bulk = import ./bulk.nix forms;
    section = import ./section.nix forms;
    strangers = import ./strangers.nix forms;
    option = import ./option.nix forms;
    list = import ./list.nix forms;
    scalar = import ./scalar.nix forms;
  };
in
forms.section
