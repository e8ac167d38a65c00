namespace Matchbox.Templates;

/// <summary>What a field that its map does not hold means: the option <c>missingkey</c> of Go's text/template.</summary>
public enum MissingKey
{
    /// <summary>No value: prints <c>&lt;no value&gt;</c> and is false (<c>missingkey=default</c>, <c>invalid</c>).</summary>
    NoValue,

    /// <summary>The zero value of what the map holds: nil, or the empty text of a map of texts (<c>missingkey=zero</c>).</summary>
    Zero,

    /// <summary>Execution stops with an error (<c>missingkey=error</c>).</summary>
    Error,
}
