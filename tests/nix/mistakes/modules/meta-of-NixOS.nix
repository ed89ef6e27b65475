{
  meta.maintainers = [ ];
}
