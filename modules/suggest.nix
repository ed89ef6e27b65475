# Similar names, for messages. Only errors evaluate this.
let
  inherit (builtins)
    elemAt
    filter
    foldl'
    genList
    head
    length
    sort
    stringLength
    substring
    ;

  min = a: b: if a < b then a else b;
  last = list: elemAt list (length list - 1);

  # The number of insertions, deletions and substitutions between two names, row by row.
  distance =
    a: b:
    let
      charsOf = text: genList (index: substring index 1 text) (stringLength text);
      row =
        previous: char:
        foldl' (
          cells: index:
          cells
          ++ [
            (min (min (last cells + 1) (elemAt previous (index + 1) + 1)) (
              elemAt previous index + (if substring index 1 b == char then 0 else 1)
            ))
          ]
        ) [ (head previous + 1) ] (genList (index: index) (stringLength b));
    in
    last (foldl' row (genList (index: index) (stringLength b + 1)) (charsOf a));

  # Up to a third of a name may differ, and names with a common beginning are similar too.
  longest = 64;
  isBeginning =
    a: b: stringLength a >= 3 && substring 0 (stringLength a) b == a;
  nearest =
    names: name:
    let
      rated = map (candidate: {
        inherit candidate;
        rating =
          if isBeginning name candidate || isBeginning candidate name then 1 else distance name candidate;
      }) (filter (candidate: stringLength candidate <= longest) names);
      close = filter ({ rating, ... }: rating * 3 <= stringLength name + 1) rated;
    in
    if stringLength name > longest || close == [ ] then
      null
    else
      (head (sort (a: b: a.rating < b.rating) close)).candidate;
in
{
  /**
    Returns the most similar of several names, or null when none is similar.

    # Type

    ```
    nearest :: [ String ] -> String -> String | Null
    ```

    # Example

    ```nix
    nearest [ "environment" "modules" ] "enviroment"
    => "environment"
    ```
  */
  inherit nearest;

  /**
    Returns a question about the most similar of several names, or an empty string.

    # Type

    ```
    question :: [ String ] -> String -> String
    ```

    # Example

    ```nix
    question [ "europe" ] "eurpe"
    => "; did you mean `europe`?"
    ```
  */
  question =
    names: name:
    let
      found = nearest names name;
    in
    if found == null then "" else "; did you mean `${found}`?";
}
