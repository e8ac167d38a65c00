namespace Matchbox.Templates;

/// <summary>The types that a template can meet: what Go's encoding/json gives, and what literals and functions make of it.</summary>
internal enum ValueKind : byte
{
    /// <summary>Nothing: Go's nil interface where the value is boxed, else the invalid value.</summary>
    Nil,
    Bool,
    Int,

    /// <summary>Go's uint8: a byte taken out of a string.</summary>
    Byte,
    Float,
    Complex,
    String,

    /// <summary>[]interface {}</summary>
    List,

    /// <summary>map[string]interface {}</summary>
    Map,

    /// <summary>map[string]string</summary>
    TextMap,
}
