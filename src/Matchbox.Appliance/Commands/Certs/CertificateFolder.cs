using Matchbox.Http.Grpc.Tls;

namespace Matchbox.Appliance.Commands.Certs;

/// <summary>A folder of certificates under upstream's names: <c>NAME.crt</c> and <c>NAME.key</c>.</summary>
internal sealed class CertificateFolder(string path, bool mayReplace)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public string FileOf(string name) => Path.Combine(path, name);

    /// <summary>Makes sure, before anything is written, that nothing that is there gets lost.</summary>
    /// <exception cref="CommandException">Some of the files are there.</exception>
    public void Reserve(IEnumerable<string> names)
    {
        var there = names.SelectMany(name => new[] { FileOf($"{name}.crt"), FileOf($"{name}.key") }).Where(File.Exists).ToArray();
        if (there.Length > 0 && !mayReplace)
        {
            throw new CommandException($"{string.Join(", ", there)} {(there.Length == 1 ? "is" : "are")} there already and nothing was written: choose another --out, or replace with --force");
        }
        Try(() => Directory.CreateDirectory(path), path);
    }

    public void Write(string name, CertificateAndKey pem)
    {
        WriteFile(FileOf($"{name}.key"), pem.Key, OwnerOnly);
        WriteFile(FileOf($"{name}.crt"), pem.Certificate, Everyone);
    }

    public CertificateAndKey Read(string name) => new(ReadFile(FileOf($"{name}.crt")), ReadFile(FileOf($"{name}.key")));

    // Beside it and then over it: a key is never half written, and never readable by others for a moment.
    private static void WriteFile(string file, string text, UnixFileMode mode) => Try(
        () =>
        {
            var beside = $"{file}.{Environment.ProcessId}.new";
            File.Delete(beside);
            using (var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, file, overwrite: true);
        },
        file);

    private static string ReadFile(string file)
    {
        var text = "";
        Try(() => text = File.ReadAllText(file), file);
        return text;
    }

    private static void Try(Action action, string file)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file}: {failure.Message}");
        }
    }
}
