using Matchbox.Core.Repeats;

namespace Matchbox.Testing;

/// <summary>Answers to requests that may be repeated, in memory.</summary>
public sealed class MemoryAnswerStore : IAnswerStore
{
    private readonly Dictionary<string, StoredAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Lock _access = new();

    /// <summary>The medium refuses.</summary>
    public bool IsFull { get; set; }

    public IReadOnlyList<StoredAnswer> Load()
    {
        lock (_access)
        {
            return [.. _answers.Values.OrderBy(answer => answer.At)];
        }
    }

    public void Save(StoredAnswer answer, IReadOnlyCollection<string> forgotten)
    {
        lock (_access)
        {
            if (IsFull)
            {
                throw new IOException("no space left");
            }
            foreach (var key in forgotten)
            {
                _ = _answers.Remove(key);
            }
            _answers[answer.Key] = answer;
        }
    }
}
