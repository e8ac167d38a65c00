namespace Matchbox.Core.Webhooks;

/// <summary>How far each target has come in the timeline, so that a restart goes on from there.</summary>
public interface IWebhookCursors
{
    /// <summary>By target: the number of the last event that needs no more of it.</summary>
    IReadOnlyDictionary<string, long> Load();

    /// <summary>Takes the place of all that was kept; durable when it returns.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Save(IReadOnlyDictionary<string, long> cursors);
}
