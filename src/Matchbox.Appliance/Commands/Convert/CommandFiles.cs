using System.Text;
using Matchbox.Butane;

namespace Matchbox.Appliance.Commands.Convert;

/// <summary>The files that a converting command reads and writes. A fault is told on standard error, and the answer is false or null.</summary>
internal static class CommandFiles
{
    /// <exception cref="CommandException">It cannot be read, for instance because it is a folder.</exception>
    public static byte[] ReadStandardInput()
    {
        using var input = Console.OpenStandardInput();
        return ReadStandardInput(input);
    }

    /// <summary>The same from a stream that was opened already.</summary>
    public static byte[] ReadStandardInput(Stream input)
    {
        try
        {
            using var all = new MemoryStream();
            input.CopyTo(all);
            return all.ToArray();
        }
        catch (Exception failure) when (SystemFault.Is(failure))
        {
            throw new CommandException($"read /dev/stdin: {SystemFault.ReasonOf(failure, "/dev/stdin")}");
        }
    }

    public static byte[]? Read(string path)
    {
        try
        {
            if (FileKind.Of(path, follow: true) == LocalKind.Folder)
            {
                Say($"failed to read {path}: read {path}: is a directory\n");
                return null;
            }
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (SystemFault.Is(failure))
        {
            Say($"failed to read {path}: open {path}: {SystemFault.ReasonOf(failure, path)}\n");
            return null;
        }
    }

    /// <summary>Writes the config and the end of its line.</summary>
    /// <param name="json">An Ignition config.</param>
    /// <param name="output">A file, which is whole or as it was before (a link or a device is written in place); null: standard output.</param>
    public static bool Write(ReadOnlySpan<byte> json, string? output)
    {
        if (output is null)
        {
            return WriteStandardOutput(json);
        }
        var isReplaced = FileKind.Of(output, follow: false) is LocalKind.File or LocalKind.Missing;
        var file = isReplaced ? $"{output}.{Environment.ProcessId}.tmp" : output;
        try
        {
            using (var stream = new FileStream(file, FileMode.Create, FileAccess.Write))
            {
                stream.Write(json);
                stream.Write("\n"u8);
            }
            if (isReplaced)
            {
                if (File.Exists(output))
                {
                    File.SetUnixFileMode(file, File.GetUnixFileMode(output));
                }
                File.Move(file, output, overwrite: true);
            }
            return true;
        }
        catch (Exception failure) when (SystemFault.Is(failure))
        {
            Say($"failed to open {output}: open {output}: {SystemFault.ReasonOf(failure, output)}\n");
            if (isReplaced)
            {
                Discard(file);
            }
            return false;
        }
    }

    public static void Say(string text)
    {
        try
        {
            using var errors = Console.OpenStandardError();
            errors.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // Nobody is left to be told; the exit code still tells.
        }
    }

    private static bool WriteStandardOutput(ReadOnlySpan<byte> json)
    {
        try
        {
            using var stream = Console.OpenStandardOutput();
            stream.Write(json);
            stream.Write("\n"u8);
            return true;
        }
        catch (IOException failure) when (!SystemFault.IsBrokenPipe(failure))
        {
            Say($"Failed to write config to /dev/stdout: write /dev/stdout: {SystemFault.ReasonOf(failure, "/dev/stdout")}\n");
            return false;
        }
    }

    private static void Discard(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception failure) when (SystemFault.Is(failure))
        {
            // What hindered the writing was told already.
        }
    }
}
