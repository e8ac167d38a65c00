using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Access;

/// <summary>Who wrote a document last whose right is limited: whose it is while no group uses it.</summary>
/// <param name="Path">The document.</param>
/// <param name="Revision">What was written. Another content is by somebody else, and so not theirs.</param>
/// <param name="Parts">The selectors of the writer's rights, such as <c>rack=b7</c>: whoever holds a role for each of them holds it for the document.</param>
public sealed record DocumentOwner(string Path, string Revision, ImmutableArray<string> Parts);

/// <summary>Where these records survive. Called by one thread at a time.</summary>
public interface IDocumentOwnerStore
{
    IReadOnlyList<DocumentOwner> Load();

    /// <summary>Writes and removes all, or none.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Save(IReadOnlyList<DocumentOwner> written, IReadOnlyList<string> removed);
}

/// <summary>
/// Whose the documents are that no group uses. One without a record, or of another content than was recorded, is nobody's part: it
/// needs a right for everything. Thread-safe; reads its store when it is first asked.
/// </summary>
public sealed class DocumentOwners(IDocumentOwnerStore store)
{
    private readonly Lock _access = new();
    private Dictionary<string, DocumentOwner>? _owners;

    /// <summary>Is the document of a part for which these rights hold the role.</summary>
    public bool Holds(ImmutableArray<Right> rights, Role role, CatalogDocument document)
    {
        lock (_access)
        {
            return Owners().TryGetValue(document.Path, out var owner) && owner.Revision == document.Revision
                && owner.Parts.All(part => LabelSelector.TryParse(part, out var selector) && AccessRules.Holds(rights, role, selector.Labels));
        }
    }

    /// <summary>They were written by somebody of these rights. Records of documents that have another content by now are forgotten.</summary>
    /// <exception cref="IOException">It could not be kept: they are nobody's part.</exception>
    public void Record(ImmutableArray<Right> rights, IEnumerable<CatalogDocument> written, Func<string, CatalogDocument?> find)
    {
        ImmutableArray<string> parts = [.. rights.Where(right => right.Role >= Role.Operator).Select(right => right.Where.ToString()).Distinct(StringComparer.Ordinal)];
        lock (_access)
        {
            var owners = Owners();
            DocumentOwner[] news = [.. written.Select(document => new DocumentOwner(document.Path, document.Revision, parts))];
            var named = news.Select(owner => owner.Path).ToHashSet(StringComparer.Ordinal);
            string[] olds = [.. owners.Values.Where(owner => !named.Contains(owner.Path) && find(owner.Path)?.Revision != owner.Revision).Select(owner => owner.Path)];
            if (news.Length + olds.Length == 0)
            {
                return;
            }
            store.Save(news, olds);
            foreach (var owner in news)
            {
                owners[owner.Path] = owner;
            }
            foreach (var path in olds)
            {
                _ = owners.Remove(path);
            }
        }
    }

    /// <summary>They are nobody's part from now on.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    public void Forget(IEnumerable<string> paths)
    {
        lock (_access)
        {
            var owners = Owners();
            string[] known = [.. paths.Where(owners.ContainsKey)];
            if (known.Length == 0)
            {
                return;
            }
            store.Save([], known);
            foreach (var path in known)
            {
                _ = owners.Remove(path);
            }
        }
    }

    private Dictionary<string, DocumentOwner> Owners() => _owners ??= store.Load().ToDictionary(owner => owner.Path, StringComparer.Ordinal);
}
