using Matchbox.Core.Webhooks;

namespace Matchbox.Testing;

/// <summary>How far each webhook has come, in memory.</summary>
public sealed class MemoryWebhookCursors : IWebhookCursors
{
    private volatile IReadOnlyDictionary<string, long> _cursors = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> Load() => _cursors;

    public void Save(IReadOnlyDictionary<string, long> cursors) => _cursors = new Dictionary<string, long>(cursors, StringComparer.Ordinal);
}
