namespace Matchbox.Core.Machines;

/// <summary>Where machines survive. Called by one thread. <see cref="Save"/> returns when all would survive the loss of power.</summary>
public interface IMachineStore
{
    IReadOnlyCollection<Machine> Load();

    /// <summary>Writes all or, when it throws, none.</summary>
    void Save(IReadOnlyCollection<Machine> changed, IReadOnlyCollection<string> removed);
}
