using System.Text;

namespace Matchbox.Templates.Formatting;

/// <summary>A value in an error text.</summary>
internal static class ValueText
{
    private const int Longest = 64 * 1024;

    /// <summary>The value under a verb without flags. What would be very long is cut off.</summary>
    public static string Of(TemplateValue value, char verb = 'v')
    {
        using var sink = new ByteSink(Longest);
        using var writer = new ValueWriter(sink);
        try
        {
            writer.Write(value, verb);
        }
        catch (TemplateFailure)
        {
            // An error text of more than that helps nobody.
        }
        return Encoding.UTF8.GetString(sink.Written);
    }
}
