using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Butane.ContainerLinux;

/// <summary>The folder that <c>local</c> contents are read from.</summary>
public interface IContainerLinuxFiles
{
    /// <param name="path">As the config says it, relative to the folder.</param>
    /// <param name="error">Why it can not be read, for instance <c>open files/x: no such file or directory</c>; else null.</param>
    bool TryRead(string path, [NotNullWhen(true)] out byte[]? contents, [NotNullWhen(false)] out string? error);
}
