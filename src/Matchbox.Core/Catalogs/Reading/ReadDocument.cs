using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>What was read of one document, kept as long as its octets stay.</summary>
/// <typeparam name="T">What it stands for.</typeparam>
internal sealed record ReadDocument<T>
    where T : class
{
    /// <summary>What was read; null when it could not be had at all.</summary>
    public required CatalogDocument? Document { get; init; }

    /// <summary>Why it could not be had.</summary>
    public string Why { get; init; } = "";

    /// <summary>What it says; null when it is broken.</summary>
    public T? Value { get; init; }

    /// <summary>What it said when it last was sound: what stays in use when it breaks while we run.</summary>
    public T? Good { get; init; }

    public ImmutableArray<CatalogFault> Faults { get; init; } = [];

    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Where it names others, by key.</summary>
    public ImmutableDictionary<string, (int Line, int Column)> Places { get; init; } = ImmutableDictionary<string, (int, int)>.Empty;

    public bool IsOf(DocumentEntry entry) => ReferenceEquals(Document, entry.Document) && Why == entry.Why;

    public CatalogFault FaultAt(string key, string path, string what, string mend)
    {
        var (line, column) = Places.GetValueOrDefault(key, (1, 1));
        return new CatalogFault(path, line, column, what, mend);
    }
}
