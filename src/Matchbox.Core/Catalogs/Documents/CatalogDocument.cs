using System.Security.Cryptography;

namespace Matchbox.Core.Catalogs.Documents;

/// <summary>
/// One document of the catalog: a group, a profile or a config, octet for octet as somebody wrote it. Immutable.
/// </summary>
public sealed class CatalogDocument(string path, ReadOnlyMemory<byte> content, DocumentOrigin origin)
{
    private readonly Lazy<string> _revision = new(() => Convert.ToHexStringLower(SHA256.HashData(content.Span).AsSpan(0, 16)));

    /// <summary>Its place in poseidon/matchbox's layout, such as <c>groups/rack1.json</c>; clean, with slashes, never rooted.</summary>
    public string Path => path;

    /// <summary>Its octets.</summary>
    public ReadOnlyMemory<byte> Content => content;

    /// <summary>Where it is kept.</summary>
    public DocumentOrigin Origin => origin;

    /// <summary>Names this content: 32 hexadecimal digits, equal for equal octets. A strong validator (RFC 9110 §8.8.1).</summary>
    public string Revision => _revision.Value;
}

/// <summary>Where a document is kept.</summary>
public enum DocumentOrigin
{
    /// <summary>A file of the declared folder.</summary>
    Folder,

    /// <summary>The appliance's own store: made by a call.</summary>
    Store,
}
