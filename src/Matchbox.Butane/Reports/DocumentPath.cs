using System.Globalization;
using System.Text;

namespace Matchbox.Butane.Reports;

/// <summary>A place in a document: keys and indexes from the root. Immutable; <see cref="ToString"/> as the real tools print it, <c>$.storage.files.0.mode</c>.</summary>
public sealed class DocumentPath
{
    private readonly string? _key;
    private readonly int _index;

    private DocumentPath(DocumentPath? parent, string? key, int index)
    {
        Parent = parent;
        _key = key;
        _index = index;
    }

    /// <summary>The document itself, <c>$</c>.</summary>
    public static DocumentPath Root { get; } = new(null, null, -1);

    /// <summary>The place around it; null of the root.</summary>
    public DocumentPath? Parent { get; }

    /// <summary>The last part when it is a key; null of an index and of the root.</summary>
    public string? Key => _key;

    /// <summary>The last part when it is an index; -1 of a key and of the root.</summary>
    public int Index => _index;

    /// <summary>A finding here is shown at the key itself, not at its value.</summary>
    public bool IsAtKey { get; private init; }

    /// <summary>The value of a key in it.</summary>
    public DocumentPath Append(string key) => new(this, key, -1);

    /// <summary>An item of it, from 0.</summary>
    public DocumentPath Append(int index) => new(this, null, index);

    /// <summary>The key of a mapping itself, not its value.</summary>
    public DocumentPath AppendKey(string key) => new(this, key, -1) { IsAtKey = true };

    /// <summary>The same place: equal keys and indexes all the way.</summary>
    public bool IsSameAs(DocumentPath other)
    {
        var (one, two) = (this, other);
        while (!ReferenceEquals(one, two))
        {
            if (one.Parent is null || two.Parent is null || one._key != two._key || one._index != two._index)
            {
                return false;
            }
            (one, two) = (one.Parent, two.Parent);
        }
        return true;
    }

    /// <summary>The places on the way from the root, which is not among them, to this one, which is the last.</summary>
    public IReadOnlyList<DocumentPath> FromRoot()
    {
        var steps = new List<DocumentPath>();
        for (var at = this; at.Parent is not null; at = at.Parent)
        {
            steps.Add(at);
        }
        steps.Reverse();
        return steps;
    }

    public override string ToString()
    {
        var text = new StringBuilder("$");
        foreach (var step in FromRoot())
        {
            text.Append('.');
            if (step._key is { } key)
            {
                text.Append(key);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{step._index}");
            }
        }
        return text.ToString();
    }
}
