# Definitions and a plan in; out of them what a module reads as `config`, what was defined and won, where it was written, and
# what is wrong with it. Everything is lazy: reading a field asks for that field alone.
#
# A place yields a result. `config` is its value; where something is defined there are also `setting` ({ name, value }, left
# out when refused), `origins` (pairs of a pointer and where) and `problems`. Where these need a look below the place, they
# are under `summary`, so that reading `config` does not need them.
#
# Most files here are one form that a place may have; they need each other, so each is given all of them, and with them the
# tools that they share: an `import` takes its time, also of what Nix has read before.
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
