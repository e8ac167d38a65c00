using Matchbox.Core.Access;

namespace Matchbox.Testing;

/// <summary>Whose documents are, in memory.</summary>
public sealed class MemoryDocumentOwnerStore : IDocumentOwnerStore
{
    private readonly Dictionary<string, DocumentOwner> _owners = new(StringComparer.Ordinal);

    public IReadOnlyList<DocumentOwner> Load() => [.. _owners.Values];

    public void Save(IReadOnlyList<DocumentOwner> written, IReadOnlyList<string> removed)
    {
        foreach (var owner in written)
        {
            _owners[owner.Path] = owner;
        }
        foreach (var path in removed)
        {
            _ = _owners.Remove(path);
        }
    }
}
