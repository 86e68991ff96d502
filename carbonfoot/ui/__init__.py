"""What every page is built with: template tags, forms, charts, navigation, numbers and dates."""
