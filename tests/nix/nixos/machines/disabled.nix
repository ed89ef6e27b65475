# The module without `enable`.
{ }
