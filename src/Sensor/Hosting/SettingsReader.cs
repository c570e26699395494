using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using MinerFlow.Reporting.Push.Tls;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Reads sections of a configuration into options types and collects all that is wrong with them: the framework's binder stops at the first value it cannot
/// convert and passes over names that do not exist.
/// </summary>
internal sealed class SettingsReader(IConfigurationRoot configuration, ServiceTexts texts)
{
    private readonly List<string> _known = [];

    public List<string> Problems { get; } = [];

    public T Read<T>(string section)
        where T : class, new()
    {
        _known.Add(section);
        return (T)ReadObject(typeof(T), configuration.GetSection(section));
    }

    /// <summary>Tells of sections that no <see cref="Read"/> asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var section in configuration.GetChildren())
        {
            if (!_known.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            {
                Unknown(section, _known);
            }
        }
    }

    public void Problem(string text, params object?[] values) => Problems.Add(string.Format(CultureInfo.InvariantCulture, text, values));

    /// <summary>Where a value was given, for the message: the file, the environment or the command line.</summary>
    public string OriginOf(string key)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            if (provider.TryGet(key, out _))
            {
                return provider switch
                {
                    FileConfigurationProvider file => file.Source.Path ?? "",
                    Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider => texts.Environment,
                    _ => texts.CommandLine,
                };
            }
        }

        return "";
    }

    /// <summary>Our certificate with its key and its issuers; null, with a problem, when the files do not make one.</summary>
    /// <param name="key">Name of the setting with the certificate.</param>
    /// <param name="path">PEM of the certificate, then of its issuers.</param>
    /// <param name="keyPath">PEM of its key; empty when it is in the same file.</param>
    public OwnCertificate? Certificate(string key, string path, string keyPath)
    {
        var certificate = OwnCertificate.Read(path, keyPath, out var problem);
        if (certificate is null)
        {
            Problem(texts.FileUnreadable, key, path, problem);
        }

        return certificate;
    }

    private object ReadObject(Type type, IConfigurationSection section)
    {
        var options = Activator.CreateInstance(type)!;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && IsReadable(property.PropertyType)).ToList();
        foreach (var child in section.GetChildren())
        {
            if (properties.Find(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                Unknown(child, properties.Select(each => each.Name));
            }
            else if (ReadValue(property.PropertyType, child) is { } value)
            {
                property.SetValue(options, value);
            }
        }

        foreach (var property in properties)
        {
            Check(property, options, $"{section.Path}:{property.Name}");
        }

        return options;
    }

    private object? ReadValue(Type type, IConfigurationSection section)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return ReadList(type.GetGenericArguments()[0], section);
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsClass && type != typeof(string))
        {
            return ReadObject(type, section);
        }

        var text = section.Value;
        if (text is null)
        {
            if (section.GetChildren().Any())
            {
                Problem(texts.NotOneValue, section.Path, OriginOf(section.GetChildren().First().Path));
            }

            return null;
        }

        if (Convert(type, text) is { } value)
        {
            return value;
        }

        Problem(texts.BadValue, section.Path, text, Expected(type), OriginOf(section.Path));
        return null;
    }

    private IList? ReadList(Type item, IConfigurationSection section)
    {
        if (section.Value is { Length: > 0 } single)
        {
            Problem(texts.BadValue, section.Path, single, texts.ExpectedList, OriginOf(section.Path));
            return null;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (var child in section.GetChildren().OrderBy(child => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue))
        {
            if (ReadValue(item, child) is { } value)
            {
                list.Add(value);
            }
        }

        return list;
    }

    private static object? Convert(Type type, string text)
    {
        if (type == typeof(string))
        {
            return text;
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;
        }

        return type switch
        {
            _ when type == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
            _ when type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
            _ when type == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? large : null,
            _ when type == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
            _ when type == typeof(TimeSpan) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null,
            _ => null,
        };
    }

    private string Expected(Type type) => type switch
    {
        _ when type.IsEnum => string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(bool) => "true, false",
        _ when type == typeof(TimeSpan) => "00:00:05",
        _ when type == typeof(double) => texts.ExpectedNumber,
        _ => texts.ExpectedWhole,
    };

    private static bool IsReadable(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type.IsEnum || type.IsPrimitive || type == typeof(TimeSpan) || type.IsClass
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>));
    }

    private void Check(PropertyInfo property, object options, string key)
    {
        var value = property.GetValue(options);
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (rule.IsValid(value))
            {
                continue;
            }

            switch (rule)
            {
                case RangeAttribute range:
                    Problem(texts.OutOfRange, key, value, range.Minimum, range.Maximum, OriginOf(key));
                    break;
                case RequiredAttribute:
                    Problem(texts.Missing, key);
                    break;
                default:
                    Problem(texts.Unfit, key, value, rule.FormatErrorMessage(property.Name), OriginOf(key));
                    break;
            }
        }
    }

    private void Unknown(IConfigurationSection section, IEnumerable<string> names)
    {
        var near = names.MinBy(name => Languages.Distance(name.ToUpperInvariant(), section.Key.ToUpperInvariant()));
        var given = section.Value is null ? section.GetChildren().FirstOrDefault()?.Path ?? section.Path : section.Path;
        Problem(texts.UnknownSetting, section.Path, OriginOf(given), near);
    }
}
